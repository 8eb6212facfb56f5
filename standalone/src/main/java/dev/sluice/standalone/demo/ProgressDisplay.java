package dev.sluice.standalone.demo;

import dev.sluice.standalone.load.LoadProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/// The progress that the user sees while load is played: on a terminal one line that updates, elsewhere a
/// line every few seconds.
final class ProgressDisplay implements AutoCloseable {
    private static final int BAR = 30;

    private final PrintWriter out;
    private final boolean terminal;
    private final String title;
    private final Duration window;
    private final LoadProgress progress;
    private final long start = System.nanoTime();
    private final Thread thread;

    ProgressDisplay(PrintWriter out, boolean terminal, String title, Duration window, LoadProgress progress) {
        this.out = out;
        this.terminal = terminal;
        this.title = title;
        this.window = window;
        this.progress = progress;
        thread = Thread.ofVirtual().name("progress").start(this::show);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        print();
        if (terminal) {
            out.println();
        }
    }

    private void show() {
        try {
            while (true) {
                if (terminal) {
                    print();
                }
                Thread.sleep(terminal ? 250 : 5_000);
                if (!terminal) {
                    print();
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void print() {
        String line = line(Duration.ofNanos(System.nanoTime() - start));
        out.print(terminal ? "\r" + line + "\u001b[K" : line + System.lineSeparator());
        out.flush();
    }

    private String line(Duration elapsed) {
        double share = Math.min(1, elapsed.toNanos() / (double) window.toNanos());
        int filled = (int) (BAR * share);
        String bar = terminal ? " [" + "█".repeat(filled) + "·".repeat(BAR - filled) + "]" : "";
        return String.format(
                Locale.ROOT,
                "%-8s%s %3d/%d s  %,6d answered  %4d running  %d failed",
                title,
                bar,
                Math.min(elapsed.toSeconds(), window.toSeconds()),
                window.toSeconds(),
                progress.finished(),
                progress.running(),
                progress.failed());
    }
}
