/** Loaded before the service: its clock stands still, so that what it remembers for a while it remembers. */
const startedTime = Date.now();
Date.now = () => startedTime;
