using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Nosnet.Engine;
using Nosnet.Protocol;

namespace Nosnet.Server;

/// <summary>The OpenAPI document: made from the routes, so that it cannot say anything else.</summary>
internal static class ApiDescription
{
    private const string KeyScheme = "key";

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Nosnet",
                Version = "1",
                Description = "Runs container jobs on a network of machines. Wire-compatible with the Nosana Jobs API. Every route answers under /api and at the root.",
            };
            document.Servers = [new OpenApiServer { Url = "/api" }, new OpenApiServer { Url = "/" }];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [KeyScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key (nos_…), or a node's token on the routes of nodes." },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(static async (operation, context, cancellation) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            operation.Tags?.Clear();
            // One route of two methods has one name, but names of operations are unique.
            if (context.Description.HttpMethod == "HEAD")
                operation.OperationId += "Head";
            foreach (var query in metadata.OfType<QueryParameter>())
                (operation.Parameters ??= []).Add(Describe(query));
            if (metadata.OfType<OnceRule>().FirstOrDefault() is { } once)
                (operation.Parameters ??= []).Add(Describe(once));
            if (metadata.OfType<BodyType>().FirstOrDefault() is { } body)
                operation.RequestBody = Body("application/json", Shared(context.Document!, body.Type, await context.GetOrCreateSchemaAsync(body.Type, null, cancellation)));
            if (metadata.OfType<FilePart>().FirstOrDefault() is { } part)
                operation.RequestBody = Body("multipart/form-data", Describe(part));
            if (metadata.OfType<AccessRule>().FirstOrDefault() is { Callers: not Callers.Anybody } rule)
            {
                operation.Description = Describe(rule);
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, context.Document)] = [] }];
            }
        });
        options.AddSchemaTransformer(static (schema, context, _) =>
        {
            // What has a converter of its own says nothing of its form by itself.
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (type == typeof(Credits))
                schema.Type = JsonSchemaType.Number;
            else if (type == typeof(DateTimeOffset))
                schema.Type ??= type == context.JsonTypeInfo.Type ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            else if (type == typeof(JobState))
                schema.Type = JsonSchemaType.Integer;
            else if (type == typeof(Cid) || type.IsEnum || (type.Namespace == typeof(JobAddress).Namespace && type.Name.EndsWith("Address", StringComparison.Ordinal)))
                schema.Type = JsonSchemaType.String;
            return Task.CompletedTask;
        });
    });

    private static OpenApiParameter Describe(QueryParameter query) => new()
    {
        Name = query.Name,
        In = ParameterLocation.Query,
        Description = query.Description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiParameter Describe(OnceRule rule) => new()
    {
        Name = IdempotencyKeys.Header,
        In = ParameterLocation.Header,
        Required = rule.IsRequired,
        Description = "Has the request carried out once, however often it is sent under this key within 24 hours.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = IdempotencyKey.MostLength },
    };

    private static OpenApiSchema Describe(FilePart part) => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { part.Name },
        Properties = new Dictionary<string, IOpenApiSchema> { [part.Name] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
    };

    private static string Describe(AccessRule rule) => rule switch
    {
        { Callers: Callers.KeyOrWallet, Scope: { } scope } => $"Needs an API key with the scope {scope}, or a wallet's signature.",
        { Scope: { } scope } => $"Needs an API key with the scope {scope}.",
        { Callers: Callers.Operator } => "Needs a key of the operator.",
        { Callers: Callers.Node } => "Needs a node's token.",
        _ => "Needs an API key or a node's token.",
    };

    private static OpenApiRequestBody Body(string type, IOpenApiSchema schema) => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType> { [type] = new() { Schema = schema } },
    };

    /// <summary>Bodies get names as answers do, so that generated clients have types of those names.</summary>
    private static IOpenApiSchema Shared(OpenApiDocument document, Type type, OpenApiSchema schema)
    {
        if (schema.Type is not JsonSchemaType.Object)
            return schema;
        document.AddComponent(type.Name, schema);
        return new OpenApiSchemaReference(type.Name, document);
    }
}
