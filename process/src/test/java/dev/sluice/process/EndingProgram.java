package dev.sluice.process;

/// A process that runs until it is told to end, or whose start or end fails.
final class EndingProgram {
    static final int START_ERROR = 3;

    private EndingProgram() {}

    public static void main(String[] arguments) throws Exception {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            pause();
            System.out.println("hook");
        }));
        System.exit(run(arguments[0]));
    }

    private static int run(String mode) throws Exception {
        try (Termination termination = new Termination();
                AutoCloseable _ = () -> close(mode)) {
            if (mode.equals("fails-at-start")) {
                return START_ERROR;
            }
            System.out.println("serving");
            termination.await();
        }
        return 0;
    }

    private static void close(String mode) {
        pause();
        if (mode.equals("fails-at-end")) {
            throw new IllegalStateException("cannot be closed");
        }
        System.out.println("closed");
    }

    private static void pause() {
        try {
            Thread.sleep(300);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
