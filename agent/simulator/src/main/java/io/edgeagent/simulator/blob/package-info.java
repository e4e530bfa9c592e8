/** A small Azure Blob storage: containers with block and append blobs, opened by shared access signatures that are really checked. */
package io.edgeagent.simulator.blob;
