using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

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
            foreach (var query in metadata.OfType<QueryParameter>())
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = query.Name,
                    In = ParameterLocation.Query,
                    Description = query.Description,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                });
            }

            if (metadata.OfType<BodyType>().FirstOrDefault() is { } body)
            {
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        ["application/json"] = new() { Schema = await context.GetOrCreateSchemaAsync(body.Type, null, cancellation) },
                    },
                };
            }

            if (metadata.OfType<AccessRule>().FirstOrDefault() is { Callers: not Callers.Anybody } rule)
            {
                operation.Description = rule switch
                {
                    { Scope: { } scope } => $"Needs an API key with the scope {scope}.",
                    { Callers: Callers.Operator } => "Needs a key of the operator.",
                    { Callers: Callers.Node } => "Needs a node's token.",
                    _ => "Needs an API key or a node's token.",
                };
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, context.Document)] = [] }];
            }
        });
    });
}
