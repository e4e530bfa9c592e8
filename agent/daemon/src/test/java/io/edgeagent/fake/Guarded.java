package io.edgeagent.fake;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** Ports whose calls may block, and must therefore never be made while a thread that must not wait is at work. */
public final class Guarded {
    private final BooleanSupplier forbidden;
    private final List<String> violations = new CopyOnWriteArrayList<>();

    /** @param forbidden whether the calling thread must not wait now */
    public Guarded(BooleanSupplier forbidden) {
        this.forbidden = forbidden;
    }

    /** The port, which throws where it must not be called. */
    public <T> T port(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            if (forbidden.getAsBoolean()) {
                String call = type.getSimpleName() + "." + method.getName();
                violations.add(call);
                throw new IllegalStateException(call + " was called on a thread that must not wait");
            }
            try {
                return method.invoke(real, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    /** Calls that should not have been made. */
    public List<String> violations() {
        return List.copyOf(violations);
    }
}
