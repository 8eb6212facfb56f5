package dev.sluice.picker.signals.engine;

/// A page of each engine, as a server in the middle of its work prints it, shortened.
public final class EnginePages {
    public static final String VLLM = """
            # HELP vllm:num_requests_running Number of requests in model execution batches.
            # TYPE vllm:num_requests_running gauge
            vllm:num_requests_running{engine="0",model_name="meta-llama/Llama-3.1-8B-Instruct"} 7.0
            # TYPE vllm:num_requests_waiting gauge
            vllm:num_requests_waiting{engine="0",model_name="meta-llama/Llama-3.1-8B-Instruct"} 3.0
            # TYPE vllm:kv_cache_usage_perc gauge
            vllm:kv_cache_usage_perc{engine="0",model_name="meta-llama/Llama-3.1-8B-Instruct"} 0.4375
            vllm:cache_config_info{block_size="16",engine="0",num_gpu_blocks="27431"} 1.0
            """;

    /// Before 0.5.11, two data-parallel ranks.
    static final String SGLANG = """
            # HELP sglang:num_running_reqs The number of running requests.
            # TYPE sglang:num_running_reqs gauge
            sglang:num_running_reqs{dp_rank="0",engine_type="unified",model_name="qwen3-32b",pp_rank="0",tp_rank="0"} 11.0
            sglang:num_running_reqs{dp_rank="1",engine_type="unified",model_name="qwen3-32b",pp_rank="0",tp_rank="4"} 9.0
            # TYPE sglang:num_queue_reqs gauge
            sglang:num_queue_reqs{dp_rank="0",engine_type="unified",model_name="qwen3-32b",pp_rank="0",tp_rank="0"} 2.0
            sglang:num_queue_reqs{dp_rank="1",engine_type="unified",model_name="qwen3-32b",pp_rank="0",tp_rank="4"} 1.0
            # TYPE sglang:num_grammar_queue_reqs gauge
            sglang:num_grammar_queue_reqs{dp_rank="0",engine_type="unified",model_name="qwen3-32b",pp_rank="0",tp_rank="0"} 40.0
            # TYPE sglang:token_usage gauge
            sglang:token_usage{dp_rank="0",engine_type="unified",model_name="qwen3-32b",pp_rank="0",tp_rank="0"} 0.28
            sglang:token_usage{dp_rank="1",engine_type="unified",model_name="qwen3-32b",pp_rank="0",tp_rank="4"} 0.31
            # TYPE sglang:cache_config_info gauge
            sglang:cache_config_info{dp_rank="0",num_pages="153664",page_size="1"} 1.0
            sglang:cache_config_info{dp_rank="1",num_pages="153664",page_size="1"} 1.0
            # TYPE sglang:time_to_first_token_seconds histogram
            sglang:time_to_first_token_seconds_sum{model_name="qwen3-32b"} 30.5
            sglang:time_to_first_token_seconds_bucket{le="0.1",model_name="qwen3-32b"} 100.0
            sglang:time_to_first_token_seconds_bucket{le="+Inf",model_name="qwen3-32b"} 120.0
            """;

    /// From 0.5.11 on, with priorities, every rank of a tensor-parallel engine printing its own view.
    static final String SGLANG_WITH_PRIORITIES = """
            # TYPE sglang:num_running_reqs gauge
            sglang:num_running_reqs{engine_type="unified",model_name="qwen3-8b",pp_rank="0",priority="",tp_rank="0"} 5.0
            sglang:num_running_reqs{engine_type="unified",model_name="qwen3-8b",pp_rank="0",priority="0",tp_rank="0"} 3.0
            sglang:num_running_reqs{engine_type="unified",model_name="qwen3-8b",pp_rank="0",priority="10",tp_rank="0"} 2.0
            sglang:num_running_reqs{engine_type="unified",model_name="qwen3-8b",pp_rank="0",priority="",tp_rank="1"} 5.0
            # TYPE sglang:num_queue_reqs gauge
            sglang:num_queue_reqs{engine_type="unified",model_name="qwen3-8b",pp_rank="0",priority="",tp_rank="0"} 4.0
            sglang:num_queue_reqs{engine_type="unified",model_name="qwen3-8b",pp_rank="0",priority="10",tp_rank="0"} 4.0
            sglang:token_usage{engine_type="unified",model_name="qwen3-8b",pp_rank="0",priority="",tp_rank="0"} 0.5
            # TYPE sglang:page_size gauge
            sglang:page_size{engine_type="unified",model_name="qwen3-8b",pp_rank="0",priority="",tp_rank="0"} 16.0
            sglang:page_size{engine_type="unified",model_name="qwen3-8b",pp_rank="0",priority="",tp_rank="1"} 16.0
            # TYPE sglang:num_pages gauge
            sglang:num_pages{engine_type="unified",model_name="qwen3-8b",pp_rank="0",priority="",tp_rank="0"} 62500.0
            sglang:num_pages{engine_type="unified",model_name="qwen3-8b",pp_rank="0",priority="",tp_rank="1"} 62500.0
            """;

    public static final String TRTLLM_SERVE = """
            # HELP trtllm_num_requests_running Number of active requests
            # TYPE trtllm_num_requests_running gauge
            trtllm_num_requests_running{engine_type="trtllm",model_name="llama-8b"} 6.0
            # TYPE trtllm_num_requests_waiting gauge
            trtllm_num_requests_waiting{engine_type="trtllm",model_name="llama-8b"} 8.0
            # TYPE trtllm_num_requests_completed_total counter
            trtllm_num_requests_completed_total{engine_type="trtllm",model_name="llama-8b"} 912.0
            # TYPE trtllm_kv_cache_utilization gauge
            trtllm_kv_cache_utilization{engine_type="trtllm",model_name="llama-8b"} 0.62
            trtllm_kv_cache_host_utilization{engine_type="trtllm",model_name="llama-8b"} 0.9
            # TYPE trtllm_kv_cache_max_blocks gauge
            trtllm_kv_cache_max_blocks{engine_type="trtllm",model_name="llama-8b"} 13440.0
            trtllm_kv_cache_tokens_per_block{engine_type="trtllm",model_name="llama-8b"} 32.0
            # TYPE trtllm_time_to_first_token_seconds histogram
            trtllm_time_to_first_token_seconds_bucket{engine_type="trtllm",le="0.1",model_name="llama-8b"} 3.0
            trtllm_time_to_first_token_seconds_bucket{engine_type="trtllm",le="+Inf",model_name="llama-8b"} 4.0
            trtllm_time_to_first_token_seconds_sum{engine_type="trtllm",model_name="llama-8b"} 0.75
            """;

    public static final String TRITON_TENSORRT_LLM = """
            # HELP nv_inference_pending_request_count Instantaneous number of pending requests awaiting execution
            # TYPE nv_inference_pending_request_count gauge
            nv_inference_pending_request_count{model="preprocessing",version="1"} 0
            nv_inference_pending_request_count{model="tensorrt_llm",version="1"} 17
            nv_inference_exec_count{model="tensorrt_llm",version="1"} 5000
            # HELP nv_trt_llm_request_metrics TRT LLM request metrics
            # TYPE nv_trt_llm_request_metrics gauge
            nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="waiting",version="1"} 5
            nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="context",version="1"} 1
            nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="scheduled",version="1"} 12
            nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="max",version="1"} 512
            nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="active",version="1"} 17
            # TYPE nv_trt_llm_kv_cache_block_metrics gauge
            nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="fraction",model="tensorrt_llm",version="1"} 0.4875
            nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="tokens_per",model="tensorrt_llm",version="1"} 64
            nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="used",model="tensorrt_llm",version="1"} 3042
            nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="free",model="tensorrt_llm",version="1"} 3197
            nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="max",model="tensorrt_llm",version="1"} 6239
            """;

    static final String TRITON = """
            # TYPE nv_inference_request_success counter
            nv_inference_request_success{model="bert",version="1"} 80211
            nv_inference_exec_count{model="bert",version="1"} 20400
            # TYPE nv_inference_pending_request_count gauge
            nv_inference_pending_request_count{model="bert",version="1"} 4
            nv_inference_pending_request_count{model="resnet",version="3"} 2
            nv_gpu_utilization{gpu_uuid="GPU-5c1"} 0.4
            """;

    public static final String TGI = """
            # HELP tgi_request_count Total number of requests
            # TYPE tgi_request_count counter
            tgi_request_count 150
            # TYPE tgi_queue_size gauge
            tgi_queue_size 3
            # TYPE tgi_batch_current_size gauge
            tgi_batch_current_size 24
            # TYPE tgi_batch_current_max_tokens gauge
            tgi_batch_current_max_tokens 49152
            # TYPE tgi_request_queue_duration summary
            tgi_request_queue_duration{quantile="0.5"} 0.002
            """;

    private EnginePages() {}
}
