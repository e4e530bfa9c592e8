package io.edgeagent.e2e;

import com.google.gson.Gson;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubException;
import com.microsoft.azure.sdk.iot.service.methods.DirectMethodRequestOptions;
import com.microsoft.azure.sdk.iot.service.methods.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.service.methods.DirectMethodsClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Calls direct methods as a cloud application does, with Azure's unmodified service client for Java. A process of its own, because
 * that client trusts what the JVM trusts.
 */
final class SdkService {
    private SdkService() {}

    /** DEVICE MODULE; the connection string is in the environment. Each line of input is a method, a blank and JSON. */
    public static void main(String[] arguments) throws IotHubException, IOException {
        DirectMethodsClient client = new DirectMethodsClient(System.getenv("SERVICE_CONNECTION_STRING"));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int blank = line.indexOf(' ');
            DirectMethodResponse answer = client.invoke(
                    arguments[0],
                    arguments[1],
                    line.substring(0, blank),
                    DirectMethodRequestOptions.builder()
                            .payload(new Gson().fromJson(line.substring(blank + 1), Object.class))
                            .methodResponseTimeoutSeconds(60)
                            .build());
            System.out.println(answer.getStatus() + " " + answer.getPayloadAsJsonString());
        }
    }
}
