/** What the agent asks of and tells to the Linux system around it. */
package io.edgeagent.adapter.linux;
