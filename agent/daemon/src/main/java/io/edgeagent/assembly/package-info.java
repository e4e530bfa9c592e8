/** Puts the process together with constructor calls: the only package that knows the adapters. */
package io.edgeagent.assembly;
