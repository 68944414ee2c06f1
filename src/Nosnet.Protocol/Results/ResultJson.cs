using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nosnet.Protocol;

/// <summary>How a result becomes JSON: camelCase, and null where the official document has null.</summary>
/// <remarks>Generated code sets init-only properties that are absent to null, over their initializers: hence the <c>??</c> in their setters.</remarks>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(JobResult))]
[JsonSerializable(typeof(OperationResult))]
[JsonSerializable(typeof(ResultLog))]
[JsonSerializable(typeof(LogEntry))]
[JsonSerializable(typeof(ResultError))]
[JsonSerializable(typeof(ExtractedResult))]
[JsonSerializable(typeof(AnyJson))]
internal sealed partial class ResultJson : JsonSerializerContext;
