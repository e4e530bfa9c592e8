package io.edgeagent.remote;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How large a regular expression becomes once its counted repetitions are written out, which is how RE2 works: {@code (a{1000}){1000}}
 * is a million steps, and takes as much memory. An estimate from above, made without writing them out.
 */
final class PatternSize {
    private static final long MOST_STEPS = 4000;

    private PatternSize() {}

    static boolean isTooLarge(String pattern) {
        Deque<Long> outer = new ArrayDeque<>();
        long here = 0;
        long last = 0;
        for (int at = 0; at < pattern.length(); at++) {
            switch (pattern.charAt(at)) {
                case '(' -> {
                    outer.push(here);
                    here = 0;
                    last = 0;
                }
                case ')' -> {
                    last = here + 2;
                    here = last + (outer.isEmpty() ? 0 : outer.pop());
                }
                case '{' -> {
                    long times = times(pattern, at + 1);
                    here += last * Math.max(0, times - 1);
                    last *= Math.max(1, times);
                }
                default -> {
                    at += pattern.charAt(at) == '\\' ? 1 : 0;
                    last = 1;
                    here++;
                }
            }
            if (here + last > MOST_STEPS) {
                return true;
            }
        }
        return here + outer.stream().mapToLong(Long::longValue).sum() > MOST_STEPS;
    }

    /** The larger number between the braces; 1 if they are not a repetition. */
    private static long times(String pattern, int from) {
        long most = 1;
        long number = 0;
        for (int at = from; at < pattern.length(); at++) {
            char next = pattern.charAt(at);
            if (next >= '0' && next <= '9') {
                number = Math.min(MOST_STEPS, number * 10 + next - '0');
            } else {
                most = Math.max(most, number);
                number = 0;
                if (next != ',') {
                    return next == '}' ? most : 1;
                }
            }
        }
        return 1;
    }
}
