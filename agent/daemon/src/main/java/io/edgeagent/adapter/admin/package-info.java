/** The socket that the command on the board talks to. */
package io.edgeagent.adapter.admin;
