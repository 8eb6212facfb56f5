package dev.sluice.e2e.engine;

import dev.sluice.e2e.stack.Program;
import dev.sluice.e2e.stack.PythonEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opentest4j.TestAbortedException;

/// An engine that is installed from Python packages and runs on this machine's processors.
enum EngineKind {
    VLLM("vllm", 32) {
        @Override
        List<String> command(Path python, EngineModel model, EnginePorts ports) {
            String events = """
                    {"enable_kv_cache_events":true,"publisher":"zmq","topic":"kv@tiny",
                     "endpoint":"tcp://*:%d","replay_endpoint":"tcp://*:%d"}""".formatted(ports.events(), ports.replays());
            // Its `vllm serve` asks for the version of a package that the one for machines without GPUs replaces.
            return List.of(
                    python.toString(),
                    "-m",
                    "vllm.entrypoints.openai.api_server",
                    "--model=" + model.base(),
                    "--served-model-name=" + EngineModel.NAME,
                    "--load-format=dummy",
                    "--dtype=bfloat16",
                    "--enforce-eager",
                    "--max-model-len=2048",
                    "--max-num-seqs=16",
                    "--block-size=" + blockTokens(),
                    "--host=" + EnginePorts.HOST,
                    "--port=" + ports.http(),
                    "--enable-prefix-caching",
                    "--enable-prompt-tokens-details",
                    "--kv-events-config=" + events);
        }

        @Override
        Map<String, String> environment(EngineModel model) {
            return Map.of(
                    "VLLM_NO_USAGE_STATS",
                    "1",
                    // GiB.
                    "VLLM_CPU_KVCACHE_SPACE",
                    "1",
                    "VLLM_CPU_OMP_THREADS_BIND",
                    "nobind",
                    "VLLM_HOST_IP",
                    EnginePorts.HOST,
                    "VLLM_ALLOW_RUNTIME_LORA_UPDATING",
                    "True",
                    // Serves /reset_prefix_cache.
                    "VLLM_SERVER_DEV_MODE",
                    "1");
        }
    },
    SGLANG("sglang", 16) {
        @Override
        List<String> command(Path python, EngineModel model, EnginePorts ports) {
            String events = """
                    {"publisher":"zmq","topic":"kv-events","endpoint":"tcp://*:%d","replay_endpoint":"tcp://*:%d"}""".formatted(ports.events(), ports.replays());
            return List.of(
                    python.toString(),
                    "-m",
                    "sglang.launch_server",
                    "--model-path=" + model.base(),
                    "--served-model-name=" + EngineModel.NAME,
                    "--load-format=dummy",
                    "--device=cpu",
                    "--attention-backend=torch_native",
                    "--disable-overlap-schedule",
                    "--skip-server-warmup",
                    "--mem-fraction-static=0.05",
                    "--max-total-tokens=65536",
                    "--max-running-requests=16",
                    "--page-size=" + blockTokens(),
                    "--host=" + EnginePorts.HOST,
                    "--port=" + ports.http(),
                    "--enable-metrics",
                    "--enable-cache-report",
                    "--kv-events-config=" + events);
        }

        @Override
        Map<String, String> environment(EngineModel model) {
            return Map.of(
                    "SGLANG_USE_CPU_ENGINE",
                    "1",
                    "LD_LIBRARY_PATH",
                    model.folder().toString());
        }

        // Its kernels for GPUs are loaded with it, and want a driver.
        @Override
        void prepare(EngineModel model) throws IOException, InterruptedException {
            String driver = "libcuda.so.1";
            new Program(List.of("cc", "-shared", "-fPIC", "-Wl,-soname," + driver), 60)
                    .run(
                            0,
                            List.of(
                                    "-o",
                                    model.folder().resolve(driver).toString(),
                                    EngineModel.script("no_cuda.c").toString()));
        }
    };

    private final String label;
    private final int blockTokens;

    EngineKind(String label, int blockTokens) {
        this.label = label;
        this.blockTokens = blockTokens;
    }

    /// The value of the label by which pods name it.
    String label() {
        return label;
    }

    /// The tokens of a block of its KV cache.
    int blockTokens() {
        return blockTokens;
    }

    /// The command of a server that has no adapters yet.
    abstract List<String> command(Path python, EngineModel model, EnginePorts ports);

    abstract Map<String, String> environment(EngineModel model);

    /// Puts beside the model what servers need besides.
    void prepare(EngineModel model) throws IOException, InterruptedException {}

    /// The interpreter that has it. Where it cannot be installed, a test is skipped on a person's machine, and
    /// fails with `CI=true`.
    Path python() throws IOException, InterruptedException {
        try {
            return PythonEnvironment.of(label, "engine/" + label + ".txt");
        } catch (IOException none) {
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                throw none;
            }
            throw new TestAbortedException("skipped: %s cannot be installed: %s".formatted(label, none.getMessage()));
        }
    }
}
