using System.Globalization;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CliWrap;
using Kola.Servers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace Kola.Tests.Results.Allure;

/// <summary>A page in a headless Chromium, asked over the DevTools protocol: it may be looked at until its scripts have drawn it.</summary>
internal sealed partial class DrawnPage : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly ClientWebSocket socket = new();
    private readonly LoopbackHost site = new(TimeProvider.System);
    private readonly List<string> said = [];
    private Task browsing = Task.CompletedTask;
    private PhysicalFileProvider? files;
    private int questions;

    private DrawnPage()
    {
    }

    /// <exception cref="InvalidOperationException">The browser does not start; with what it said.</exception>
    public static async Task<DrawnPage> OpenAsync(string browser, string page, CancellationToken cancellation)
    {
        var drawn = new DrawnPage();
        try
        {
            await drawn.StartAsync(browser, page, cancellation);
            return drawn;
        }
        catch
        {
            await drawn.DisposeAsync();
            throw;
        }
    }

    /// <summary>The document as its scripts have made it so far.</summary>
    public async Task<string> HtmlAsync(CancellationToken cancellation) =>
        (string?)(await AskAsync("Runtime.evaluate", new() { ["expression"] = "document.documentElement.outerHTML", ["returnByValue"] = true }, cancellation))["result"]!["value"] ?? "";

    /// <summary>What an expression of JavaScript comes to, as text.</summary>
    public async Task<string> ValueAsync(string expression, CancellationToken cancellation) =>
        $"{(await AskAsync("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true }, cancellation))["result"]!["value"]}";

    /// <summary>Shows it as on a screen of this size, by day or by night.</summary>
    public async Task ShowAsync(int width, int height, bool dark, CancellationToken cancellation)
    {
        await AskAsync("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false }, cancellation);
        await AskAsync("Emulation.setEmulatedMedia", new() { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" }) }, cancellation);
    }

    public async Task<byte[]> PictureAsync(CancellationToken cancellation) =>
        Convert.FromBase64String((string)(await AskAsync("Page.captureScreenshot", new() { ["format"] = "png" }, cancellation))["data"]!);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await browsing.ContinueWith(_ => { }, TaskScheduler.Default);
        socket.Dispose();
        await site.DisposeAsync();
        files?.Dispose();
        end.Dispose();
    }

    private async Task StartAsync(string browser, string page, CancellationToken cancellation)
    {
        // A page in several files cannot be had over file:.
        var folder = Path.GetDirectoryName(page)!;
        files = new(folder);
        await site.StartAsync(http => AnswerAsync(http, files), cancellation);
        var listening = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] options =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,1000", "--remote-debugging-port=0",
            $"--user-data-dir={folder}/browser", $"http://127.0.0.1:{site.Port}/{Path.GetFileName(page)}",
        ];
        browsing = Cli.Wrap(browser).WithArguments(options).WithValidation(CommandResultValidation.None).WithStandardErrorPipe(PipeTarget.ToDelegate(line =>
        {
            lock (said)
                said.Add(line);
            if (Listening().Match(line) is { Success: true } match)
                listening.TrySetResult(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        })).ExecuteAsync(end.Token);
        if (await Task.WhenAny(listening.Task, browsing).WaitAsync(TimeSpan.FromMinutes(1), cancellation) != listening.Task)
            throw new InvalidOperationException($"{browser} ended before it listened: {Said}");

        using var http = new HttpClient();
        var targets = await http.GetFromJsonAsync<JsonArray>($"http://127.0.0.1:{await listening.Task}/json/list", cancellation);
        var address = targets!.Select(target => target!).First(target => (string?)target["type"] == "page")["webSocketDebuggerUrl"];
        await socket.ConnectAsync(new Uri((string)address!), cancellation);
    }

    private static async Task AnswerAsync(HttpContext http, PhysicalFileProvider files)
    {
        var file = files.GetFileInfo(http.Request.Path.Value!);
        http.Response.StatusCode = file.Exists ? 200 : 404;
        if (!file.Exists)
            return;
        http.Response.ContentType = new FileExtensionContentTypeProvider().TryGetContentType(file.Name, out var type) ? type : "application/octet-stream";
        await http.Response.SendFileAsync(file, http.RequestAborted);
    }

    private string Said
    {
        get
        {
            lock (said)
                return string.Join('\n', said.TakeLast(20));
        }
    }

    private async Task<JsonObject> AskAsync(string method, JsonObject parameters, CancellationToken cancellation)
    {
        var id = ++questions;
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters }), WebSocketMessageType.Text, true, cancellation);
        while (true)
        {
            var answer = await ReadAsync(cancellation);
            if ((int?)answer["id"] != id)
                continue;
            return answer["result"]?.AsObject() ?? throw new InvalidOperationException($"{method}: {answer["error"]}");
        }
    }

    private async Task<JsonObject> ReadAsync(CancellationToken cancellation)
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            if (part.MessageType == WebSocketMessageType.Close)
                throw new InvalidOperationException($"the browser closed the connection: {Said}");
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return JsonNode.Parse(message.ToArray())!.AsObject();
        }
    }

    [GeneratedRegex(@"DevTools listening on ws://127\.0\.0\.1:(\d+)/")]
    private static partial Regex Listening();
}
