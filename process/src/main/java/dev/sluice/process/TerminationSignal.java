package dev.sluice.process;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/// A handler of SIGTERM in place of the JVM's own.
///
/// The JDK supports `sun.misc.Signal`, but javac warns of each mention of it, and no option turns that off: so
/// it is called by reflection.
final class TerminationSignal implements AutoCloseable {
    private final @Nullable Object before;

    private TerminationSignal(@Nullable Object before) {
        this.before = before;
    }

    /// Handles each SIGTERM from now on; leaves it alone where the JVM may not handle signals, as with `-Xrs`.
    ///
    /// @param action run on a thread of its own
    static TerminationSignal handle(Runnable action) {
        try {
            return new TerminationSignal(replace(handlerOf(action)));
        } catch (InvocationTargetException notAllowed) {
            return new TerminationSignal(null);
        }
    }

    private static Object handlerOf(Runnable action) {
        try {
            return Proxy.newProxyInstance(
                    TerminationSignal.class.getClassLoader(), new Class<?>[] {handlerType()}, (_, _, _) -> {
                        action.run();
                        return null;
                    });
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /// @return the handler before
    private static Object replace(Object handler) throws InvocationTargetException {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Object termination = signal.getConstructor(String.class).newInstance("TERM");
            return signal.getMethod("handle", signal, handlerType()).invoke(null, termination, handler);
        } catch (InvocationTargetException refused) {
            throw refused;
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException("SIGTERM cannot be handled", missing);
        }
    }

    private static Class<?> handlerType() throws ClassNotFoundException {
        return Class.forName("sun.misc.SignalHandler");
    }

    /// Gives SIGTERM back to who handled it before.
    @Override
    public void close() {
        if (before == null) {
            return;
        }
        try {
            replace(before);
        } catch (InvocationTargetException refused) {
            throw new IllegalStateException("SIGTERM cannot be given back", refused);
        }
    }
}
