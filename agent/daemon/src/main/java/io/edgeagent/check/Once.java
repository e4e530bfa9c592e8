package io.edgeagent.check;

import java.util.Optional;

/**
 * Something that several checks need, found by the first that asks. Others wait for it.
 *
 * @param <T> what is found
 */
final class Once<T> {
    private final Source<T> source;
    private Optional<T> found = Optional.empty();
    private Optional<CannotAsk> failed = Optional.empty();

    interface Source<T> {
        T get() throws CannotAsk;
    }

    Once(Source<T> source) {
        this.source = source;
    }

    synchronized T get() throws CannotAsk {
        if (failed.isPresent()) {
            throw failed.get();
        }
        if (found.isEmpty()) {
            try {
                found = Optional.of(source.get());
            } catch (CannotAsk e) {
                failed = Optional.of(e);
                throw e;
            }
        }
        return found.get();
    }
}
