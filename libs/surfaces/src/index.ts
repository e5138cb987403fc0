export type { JsonKind, ListedRoute, ParameterRule, SurfaceDefinition } from './surface.js';
export { surfaces } from './surfaces.js';
