/** What the operator set: {@code config.toml}, in IoT Edge's words, and the environment over it. */
package io.edgeagent.config;
