/** Certificates and private keys: read from the files that people have, checked, and made. No state, no clock. */
package io.edgeagent.x509;
