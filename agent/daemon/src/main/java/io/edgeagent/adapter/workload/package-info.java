/** HTTP/1.1 for modules, over one Unix socket per module. */
package io.edgeagent.adapter.workload;
