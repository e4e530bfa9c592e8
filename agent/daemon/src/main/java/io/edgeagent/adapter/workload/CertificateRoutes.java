package io.edgeagent.adapter.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.identity.ModuleCertificates;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.x509.AlternativeName;
import io.edgeagent.x509.Credential;
import io.edgeagent.x509.Validity;
import java.util.Collection;

/** Certificates that modules ask for. */
final class CertificateRoutes {
    private CertificateRoutes() {}

    /** @param modules the names of all modules */
    static Reply server(
            ModuleCertificates certificates, ModuleIdentity caller, JsonNode body, Collection<String> modules) {
        JsonNode commonName = body.path("commonName");
        if (!commonName.isTextual()) {
            throw new Refusal(422, "\"commonName\" is missing or is not a text");
        }
        AlternativeName name = AlternativeName.of(commonName.textValue())
                .orElseThrow(() -> new Refusal(400, "\"commonName\" is neither a host name nor an address"));
        certificates.objection(caller, commonName.textValue(), modules).ifPresent(reason -> {
            throw new Refusal(403, "forbidden: " + reason);
        });
        return reply(certificates.server(caller, name, commonName.textValue()));
    }

    static Reply identity(ModuleCertificates certificates, ModuleIdentity caller) {
        return reply(certificates.identity(caller));
    }

    private static Reply reply(Credential credential) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("privateKey").put("type", "key").put("bytes", credential.keyPem());
        json.put("certificate", credential.chainPem());
        json.put("expiration", Validity.of(credential.certificate()).to().toString());
        return new Reply(201, json);
    }
}
