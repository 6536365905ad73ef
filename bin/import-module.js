// What the bundle of the command line cannot do itself: its dynamic imports are made into calls of require. For --analysis FILE.
module.exports = (url) => import(url);
