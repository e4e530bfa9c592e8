package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** CAs that sign devices of type certificateAuthority. In IoT Hub they are uploaded in the portal, under "Certificates". */
public final class TrustedCas {
    private static final String FILE = "cas.json";

    private final StateFolder folder;
    private final Map<String, X509Certificate> byName = new TreeMap<>();

    private TrustedCas(StateFolder folder) {
        this.folder = folder;
    }

    static TrustedCas open(StateFolder folder) throws IOException {
        TrustedCas cas = new TrustedCas(folder);
        Optional<byte[]> file = folder.read(FILE);
        if (file.isPresent()) {
            HubJson.parse(file.get())
                    .properties()
                    .forEach(ca -> cas.byName.put(
                            ca.getKey(), Certificates.parse(ca.getValue().asText())));
        }
        return cas;
    }

    /** Trusts the certificate in the PEM text; a name that exists is replaced. */
    public void put(String name, String pem) {
        byName.put(name, Certificates.parse(pem));
        save();
    }

    /** @throws HubException 404 if there is none of that name */
    public void remove(String name) {
        if (byName.remove(name) == null) {
            throw new HubException(HubError.NOT_FOUND, "There is no CA named " + name);
        }
        save();
    }

    /** Names and certificates in PEM. */
    public ObjectNode toJson() {
        ObjectNode json = HubJson.object();
        byName.forEach((name, certificate) -> json.put(name, Certificates.pem(certificate)));
        return json;
    }

    List<X509Certificate> all() {
        return List.copyOf(byName.values());
    }

    private void save() {
        folder.writePrivate(FILE, HubJson.bytes(toJson()));
    }
}
