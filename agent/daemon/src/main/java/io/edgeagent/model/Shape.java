package io.edgeagent.model;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a field of the container create call may hold. It says which names the engine looks for, and in which values it looks for
 * none: there the names are the user's own.
 */
sealed interface Shape {
    /** A name that the engine does not know, or whose value has no fixed form: passed on as it is. */
    Shape ANY = new Any();

    Shape TEXT = new Text();
    Shape FLAG = new Flag();
    Shape NUMBER = new Whole();

    /** Anything. */
    record Any() implements Shape {}

    /** A string. */
    record Text() implements Shape {}

    /** True or false. */
    record Flag() implements Shape {}

    /** A whole number of 64 bits. */
    record Whole() implements Shape {}

    /** @param alone whether one item may stand without its list (Go, strslice) */
    record Items(Shape item, boolean alone) implements Shape {}

    /**
     * An object whose names are the user's.
     *
     * @param trimmed whether blanks around a name are a mistake
     */
    record Names(Shape value, boolean trimmed) implements Shape {}

    /** An object whose names the engine knows. */
    final class Fields implements Shape {
        private final Map<String, Field> byFolded;

        /**
         * One of them.
         *
         * @param name as the engine spells it
         */
        record Field(String name, Shape shape) {}

        private Fields(Map<String, Field> byFolded) {
            this.byFolded = Collections.unmodifiableMap(byFolded);
        }

        static Fields none() {
            return new Fields(Map.of());
        }

        /** With these names, separated by blanks, too. */
        Fields with(Shape shape, String names) {
            Map<String, Field> more = new HashMap<>(byFolded);
            for (String name : names.strip().split("\\s+", -1)) {
                more.put(fold(name), new Field(name, shape));
            }
            return new Fields(more);
        }

        /** With the names of another object, for those that are not here already. */
        Fields with(Fields others) {
            Map<String, Field> more = new HashMap<>(others.byFolded);
            more.putAll(byFolded);
            return new Fields(more);
        }

        /** The field that the engine takes this name for. */
        Optional<Field> find(String name) {
            return Optional.ofNullable(byFolded.get(fold(name)));
        }

        /**
         * Two names that fold to the same text are the same name to Go (encoding/json, fold.go). Java's own comparison goes
         * further: it takes the Turkish dotless i for an i.
         */
        static String fold(String name) {
            StringBuilder folded = new StringBuilder(name.length());
            for (int i = 0; i < name.length(); i++) {
                char c = name.charAt(i);
                if (c >= 'A' && c <= 'Z') {
                    folded.append((char) (c + 'a' - 'A'));
                } else if (c == '\u212a') {
                    folded.append('k');
                } else if (c == '\u017f') {
                    folded.append('s');
                } else {
                    folded.append(c);
                }
            }
            return folded.toString();
        }
    }
}
