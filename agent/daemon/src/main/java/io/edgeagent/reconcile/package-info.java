/**
 * What must happen on the board so that the containers match the deployment: a pure planner, and the port to the engine that
 * carries its steps out.
 */
package io.edgeagent.reconcile;
