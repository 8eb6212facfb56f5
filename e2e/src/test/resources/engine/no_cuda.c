/* A driver library for machines without GPUs: SGLang's kernels ask the loader for these, and call none of them.
   100 is CUDA_ERROR_NO_DEVICE. */
#define NO_DEVICE(name) int name(void) { return 100; }
NO_DEVICE(cuCtxFromGreenCtx)
NO_DEVICE(cuCtxPopCurrent_v2)
NO_DEVICE(cuCtxPushCurrent_v2)
NO_DEVICE(cuDevResourceGenerateDesc)
NO_DEVICE(cuDevSmResourceSplitByCount)
NO_DEVICE(cuDeviceGetDevResource)
NO_DEVICE(cuDriverGetVersion)
NO_DEVICE(cuGetErrorString)
NO_DEVICE(cuGetProcAddress_v2)
NO_DEVICE(cuGreenCtxCreate)
NO_DEVICE(cuGreenCtxDestroy)
NO_DEVICE(cuGreenCtxGetDevResource)
NO_DEVICE(cuPointerGetAttribute)
NO_DEVICE(cuStreamCreate)
