/** The twin of {@code $edgeAgent}: the link to the hub, the desired properties, and the direct methods. */
package io.edgeagent.twin;
