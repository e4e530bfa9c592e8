/** What the agent talks about: values that validate themselves. Imports nothing of ours but the wire contract. */
package io.edgeagent.model;
