package io.edgeagent.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Warnings and errors that a test, or any test of a class, is expected to log. Without this {@link Tidy} fails the test. */
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Warns {
    /** Regular expressions, each found in such a line, which begins with its level: {@code "WARN event=pull_failed"}. */
    String[] value();
}
