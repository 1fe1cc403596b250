/** Loaded before anything else, by whatever Node there is: its syntax is one that a Node of 2015 can read. */
var oldest = 20;

if (Number(process.versions.node.split('.')[0]) < oldest) {
  process.stderr.write(
    '\nNode ' +
      process.versions.node +
      ' is too old to begin with: ' +
      oldest +
      ' or newer is needed (https://nodejs.org). The project then brings its own.\n',
  );
  process.exit(1);
}
