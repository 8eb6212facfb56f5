package dev.sluice.process;

import java.lang.reflect.Proxy;

/// A handler of SIGTERM in place of the JVM's own.
///
/// The JDK supports `sun.misc.Signal`, but javac warns of each mention of it, and no option turns that off: so
/// it is called by reflection.
final class TerminationSignal implements AutoCloseable {
    private final Object before;

    private TerminationSignal(Object before) {
        this.before = before;
    }

    /// Handles each SIGTERM from now on.
    ///
    /// @param action run on a thread of its own
    static TerminationSignal handle(Runnable action) {
        return new TerminationSignal(replace(handlerOf(action)));
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
    private static Object replace(Object handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Object termination = signal.getConstructor(String.class).newInstance("TERM");
            return signal.getMethod("handle", signal, handlerType()).invoke(null, termination, handler);
        } catch (ReflectiveOperationException refused) {
            throw new IllegalStateException("SIGTERM cannot be handled", refused);
        }
    }

    private static Class<?> handlerType() throws ClassNotFoundException {
        return Class.forName("sun.misc.SignalHandler");
    }

    /// Gives SIGTERM back to who handled it before.
    @Override
    public void close() {
        replace(before);
    }
}
