/** How this device reaches the cloud: through which proxy, and by which of MQTT's two ways. */
package io.edgeagent.upstream;
