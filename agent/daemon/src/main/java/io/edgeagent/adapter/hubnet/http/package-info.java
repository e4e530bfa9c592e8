/** What the hub's port of HTTPS answers besides WebSockets: direct methods that modules call (hub contract 2). */
package io.edgeagent.adapter.hubnet.http;
