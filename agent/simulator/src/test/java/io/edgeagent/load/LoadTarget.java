package io.edgeagent.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeagent.protocol.HubPaths;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.protocol.SharedKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;

/**
 * A broker, and the modules that the load comes as: with the ids, user names, tokens and topics of Azure's clients, whatever the
 * broker is.
 *
 * @param name for the result
 * @param modules in order; devices behind the board count as such
 */
record LoadTarget(String name, InetSocketAddress broker, SSLContext tls, List<Module> modules) {
    /** @param topic up to the properties */
    record Module(String clientId, String user, String token, String topic) {
        /** What it gets telemetry or messages from the cloud by. */
        String inputs() {
            return topic + (topic.contains("/modules/") ? "/inputs/#" : "/messages/devicebound/#");
        }

        ByteBuffer connect(boolean clean) {
            return LoadPackets.connect(clientId, user, token, clean);
        }
    }

    /**
     * @param text {@code NAME,ADDRESS,PORT,CA.pem}
     * @param modules as the IoT Hub's REST interface lists them
     */
    static LoadTarget of(String text, Path modules, String iotHub) throws IOException, GeneralSecurityException {
        List<String> parts = List.of(text.split(",", 4));
        return new LoadTarget(
                parts.get(0),
                new InetSocketAddress(parts.get(1), Integer.parseInt(parts.get(2))),
                trusting(Path.of(parts.get(3))),
                modules(modules, iotHub));
    }

    private static List<Module> modules(Path file, String iotHub) throws IOException {
        Instant expiry = Instant.now().plus(Duration.ofHours(1));
        List<Module> modules = new ArrayList<>();
        for (JsonNode node : new ObjectMapper().readTree(file.toFile())) {
            String device = node.path("deviceId").asText();
            String module = node.path("moduleId").asText();
            String id = module.isEmpty() ? device : device + "/" + module;
            if (!module.startsWith("$")) {
                SharedKey key = SharedKey.fromBase64(
                        node.at("/authentication/symmetricKey/primaryKey").asText());
                modules.add(new Module(
                        id,
                        iotHub + "/" + id + "/?api-version=2021-04-12&DeviceClientType=load",
                        SasToken.sign(
                                        module.isEmpty()
                                                ? HubPaths.resource(iotHub, device)
                                                : HubPaths.resource(iotHub, device, module),
                                        key,
                                        expiry)
                                .toText(),
                        "devices/" + id.replace("/", "/modules/")));
            }
        }
        return modules;
    }

    private static SSLContext trusting(Path pem) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null);
        try (InputStream in = Files.newInputStream(pem)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                keys.setCertificateEntry(Integer.toString(keys.size()), certificate);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    SSLEngine engine() {
        return tls.createSSLEngine();
    }
}
