package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.core.filter.TokenFilter;
import java.util.HashMap;
import java.util.Map;

/** The fields of an answer that are read. All others are passed over without being kept. */
final class Fields extends TokenFilter {
    private final Map<String, Fields> inner = new HashMap<>();

    private Fields() {}

    /** @param paths names of fields with slashes between them, "State/Health/Status"; arrays on the way do not count */
    static Fields of(String... paths) {
        Fields all = new Fields();
        for (String path : paths) {
            Fields at = all;
            for (String name : path.split("/", -1)) {
                at = at.inner.computeIfAbsent(name, key -> new Fields());
            }
        }
        return all;
    }

    @Override
    public TokenFilter includeProperty(String name) {
        Fields wanted = inner.get(name);
        return wanted == null || !wanted.inner.isEmpty() ? wanted : INCLUDE_ALL;
    }

    @Override
    protected boolean _includeScalar() {
        return false;
    }
}
