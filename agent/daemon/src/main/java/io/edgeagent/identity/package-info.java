/** Who the device and its modules are: identities in the hub, and the keys that are derived for them. */
package io.edgeagent.identity;
