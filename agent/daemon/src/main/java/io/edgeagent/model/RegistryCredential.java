package io.edgeagent.model;

/** The login of one registry. The password never leaves it but for the engine. */
public record RegistryCredential(String address, String username, String password) {
    @Override
    public String toString() {
        return username + "@" + address;
    }
}
