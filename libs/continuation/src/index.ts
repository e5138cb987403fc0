export { AnswerTrail } from './answer-trail.js';
export { continuationBody } from './continuation-body.js';
export { StreamSplicer, type ContinuedBy } from './stream-splicer.js';
