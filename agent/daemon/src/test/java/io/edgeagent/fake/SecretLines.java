package io.edgeagent.fake;

import java.util.stream.Stream;

/** Lines as they come from everywhere, each with the secret {@code HIDDEN}. */
public final class SecretLines {
    private SecretLines() {}

    public static Stream<String> all() {
        return Stream.of(
                "HostName=hub.example.net;DeviceId=board;SharedAccessKey=HIDDEN",
                "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=HIDDEN;EndpointSuffix=core.windows.net",
                "Authorization: SharedAccessSignature sr=hub%2Fdevices%2Fd&sig=HIDDEN&se=1",
                "Authorization: Bearer HIDDEN",
                "https://a.blob.example.net/c?sv=2021&sr=c&sig=HIDDEN&se=2026",
                "https://user:HIDDEN@proxy.example.net:3128",
                "password=HIDDEN",
                "{\"password\":\"HIDDEN\",\"username\":\"u\"}",
                "{\"password\": \"two HIDDEN words\"}",
                "\"{\\\"registryPassword\\\":\\\"HIDDEN\\\"}\"",
                "device_id_pk = { value = \"HIDDEN\" }",
                "symmetric_key = { value = \"HIDDEN\" }",
                "connection_string = \"HostName=h;DeviceId=d;SharedAccessKey=HIDDEN\"",
                "DB_PASSWORD=HIDDEN",
                "API_KEY: HIDDEN",
                "X-Registry-Auth: HIDDEN",
                "token 'HIDDEN' was not taken, access_token='HIDDEN'",
                "-----BEGIN EC PRIVATE KEY-----HIDDEN-----END EC PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\\nHIDDEN\\n",
                "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJISURERU4ifQ.HIDDEN done",
                "no way to https://a/b?sig=HIDDEN%2B&x=1",
                "proxy said https%3A%2F%2Fa%2Fb%3Fsv%3D1%26sig%3DHIDDEN%252B",
                "('sig=HIDDEN')");
    }
}
