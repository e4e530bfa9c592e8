package io.edgeagent.adapter.workload;

import java.util.List;
import java.util.Optional;

/**
 * A whole request.
 *
 * @param path percent-decoded segments
 * @param apiVersion of the query
 * @param isJson whether the body counts as JSON
 */
record WorkloadRequest(String method, List<String> path, Optional<String> apiVersion, boolean isJson, String body) {

    /** The body may hold what a module wants encrypted. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
