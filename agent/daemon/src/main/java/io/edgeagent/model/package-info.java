/** What the agent talks about: values that validate themselves. Of our packages it imports only the wire contract. */
package io.edgeagent.model;
