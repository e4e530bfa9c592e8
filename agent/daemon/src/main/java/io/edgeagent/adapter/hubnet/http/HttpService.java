package io.edgeagent.adapter.hubnet.http;

import io.edgeagent.hub.Message;
import java.util.Optional;
import java.util.function.Consumer;

/** What answers requests. For the loop's thread. */
interface HttpService {
    /** The largest body that a request may have. */
    int LARGEST_BODY = Message.MAX_SIZE;

    /** What is wrong with a request by its head alone: a stranger's body is not kept. Empty if its body is wanted. */
    Optional<HttpAnswer> refuses(HttpRequest request);

    /** @param answer is given one answer, at once or later */
    void serve(HttpRequest request, byte[] body, Consumer<HttpAnswer> answer);
}
