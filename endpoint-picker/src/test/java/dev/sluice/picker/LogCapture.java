package dev.sluice.picker;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/// What is logged meanwhile: by the picker and by Netty, and by gRPC, which logs by the JDK's loggers.
public final class LogCapture implements AutoCloseable {
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord event) {
            records.add(event);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private LogCapture() {
        LogManager.getLogManager().getLogger("").addHandler(handler);
        logged.start();
        root().addAppender(logged);
    }

    public static LogCapture start() {
        return new LogCapture();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    /// What an operator of a picker sees: of the picker's own loggers everything from INFO on, of others what their
    /// frameworks print unless told otherwise.
    public List<String> printed() {
        Stream<String> own = List.copyOf(logged.list).stream()
                .filter(event -> event.getLevel()
                        .isGreaterOrEqual(
                                event.getLoggerName().startsWith("dev.sluice")
                                        ? ch.qos.logback.classic.Level.INFO
                                        : ch.qos.logback.classic.Level.WARN))
                .map(event -> event.getLoggerName() + ": " + event.getFormattedMessage() + " "
                        + (event.getThrowableProxy() == null
                                ? ""
                                : event.getThrowableProxy().getClassName()));
        Stream<String> grpc = records.stream()
                .filter(event -> event.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue())
                .map(event -> event.getLoggerName() + ": " + event.getMessage() + " " + event.getThrown());
        return Stream.concat(own, grpc).toList();
    }

    @Override
    public void close() {
        LogManager.getLogManager().getLogger("").removeHandler(handler);
        root().detachAppender(logged);
    }
}
