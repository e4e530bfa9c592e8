/** The agent's side of its twin in the hub: the link, what is reported, and the direct methods. */
package io.edgeagent.cloud;
