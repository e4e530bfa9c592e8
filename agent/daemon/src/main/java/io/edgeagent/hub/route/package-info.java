/** The route language of {@code $edgeHub}: text to a value that answers whether a message matches. Pure. */
package io.edgeagent.hub.route;
