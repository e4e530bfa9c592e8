/** The hub's messages on the disk: a log of segments that are made once and overwritten in place. */
package io.edgeagent.adapter.messagelog;
