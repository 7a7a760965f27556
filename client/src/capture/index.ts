export { type Arrival, type Capture, type CaptureOptions, type Consent, createCapture } from './capture.ts';
export { expressCapture, fastifyCapture } from './node-server.ts';
export type { PageRequest } from './page-request.ts';
export { visitorIdOf } from './visitor-cookie.ts';
export { requestCapture } from './web-server.ts';
