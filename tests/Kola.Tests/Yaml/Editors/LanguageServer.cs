using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kola.Tests.Yaml.Editors;

/// <summary>The real yaml-language-server, driven as an editor drives it: the Language Server Protocol over its standard input and output.</summary>
internal sealed class LanguageServer : IAsyncDisposable
{
    private static readonly string Folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "kola", "yaml-language-server");

    private readonly Process process;
    private int asked;

    private LanguageServer(Process process) => this.process = process;

    /// <summary>Why it cannot be had here; <see langword="null"/>: it can.</summary>
    public static string? Missing => File.Exists(Program) ? null : $"no yaml-language-server is installed: npm install --prefix {Folder} yaml-language-server@1";

    private static string Program => Path.Combine(Folder, "node_modules", ".bin", "yaml-language-server");

    public static async Task<LanguageServer> StartAsync(CancellationToken cancellation)
    {
        var server = new LanguageServer(Process.Start(new ProcessStartInfo(Program, ["--stdio"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!);
        await server.AskAsync("initialize", Parse("""
            {"processId": null, "rootUri": null, "capabilities": {"textDocument": {"hover": {"contentFormat": ["markdown"]}, "completion": {"completionItem": {"snippetSupport": true}}}}}
            """), cancellation);
        await server.TellAsync("initialized", [], cancellation);
        await server.TellAsync("workspace/didChangeConfiguration", Parse("""
            {"settings": {"yaml": {"completion": true, "hover": true, "validate": false, "schemaStore": {"enable": false}, "kubernetesCRDStore": {"enable": false}}}}
            """), cancellation);
        return server;
    }

    /// <summary>Opens a text as a file at this place.</summary>
    public Task OpenAsync(string path, string text, CancellationToken cancellation) =>
        TellAsync("textDocument/didOpen", new() { ["textDocument"] = new JsonObject { ["uri"] = Uri(path), ["languageId"] = "yaml", ["version"] = 1, ["text"] = text } }, cancellation);

    /// <summary>What it offers to write at a place (from 0).</summary>
    public async Task<IReadOnlyList<string>> CompleteAsync(string path, int line, int character, CancellationToken cancellation) =>
        [.. (await AskAsync("textDocument/completion", Place(path, line, character), cancellation))!["items"]!.AsArray().Select(item => (string)item!["label"]!)];

    /// <summary>What it says of a place (from 0).</summary>
    public async Task<string> HoverAsync(string path, int line, int character, CancellationToken cancellation) =>
        (string?)(await AskAsync("textDocument/hover", Place(path, line, character), cancellation))?["contents"]?["value"] ?? "";

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static string Uri(string path) => $"file://{path}";

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static JsonObject Place(string path, int line, int character) =>
        new() { ["textDocument"] = new JsonObject { ["uri"] = Uri(path) }, ["position"] = new JsonObject { ["line"] = line, ["character"] = character } };

    private Task TellAsync(string method, JsonObject parameters, CancellationToken cancellation) => SendAsync(new() { ["method"] = method, ["params"] = parameters }, cancellation);

    private async Task<JsonNode?> AskAsync(string method, JsonObject parameters, CancellationToken cancellation)
    {
        var id = ++asked;
        await SendAsync(new() { ["id"] = id, ["method"] = method, ["params"] = parameters }, cancellation);
        while (true)
        {
            var message = await ReadAsync(cancellation);
            if (message["method"] is null && (int?)message["id"] == id)
                return message["result"];
            // Its own questions: for settings it goes on with those that it has been told.
            if (message["method"] is not null && message["id"] is { } own)
                await SendAsync(new() { ["id"] = own.DeepClone(), ["result"] = message["params"]?["items"] is JsonArray items ? new JsonArray([.. items.Select(_ => (JsonNode?)null)]) : null }, cancellation);
        }
    }

    private async Task SendAsync(JsonObject message, CancellationToken cancellation)
    {
        message["jsonrpc"] = "2.0";
        var body = JsonSerializer.SerializeToUtf8Bytes(message);
        var input = process.StandardInput.BaseStream;
        await input.WriteAsync(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), cancellation);
        await input.WriteAsync(body, cancellation);
        await input.FlushAsync(cancellation);
    }

    private async Task<JsonObject> ReadAsync(CancellationToken cancellation)
    {
        var output = process.StandardOutput.BaseStream;
        var head = new StringBuilder();
        var octet = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append(await output.ReadAsync(octet, cancellation) == 1 ? (char)octet[0] : throw new InvalidOperationException($"the language server ended after: {head}"));
        var length = head.ToString().Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1];
        var body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
        await output.ReadExactlyAsync(body, cancellation);
        return JsonNode.Parse(body)!.AsObject();
    }
}
