using Kola.Scenarios.Attempts;

namespace Kola.Scenarios.Steps.Guest;

internal static class TransferExecution
{
    public static async Task<string?> UploadAsync(UploadStep step, StepContext context, CancellationToken cancellation)
    {
        var source = step.From;
        if (source is null)
        {
            source = Path.Combine(context.Folder, $".upload-{Guid.NewGuid():N}");
            await File.WriteAllTextAsync(source, step.Content, cancellation);
        }

        try
        {
            await context.Live.Machine.GuardAsync($"the upload of {step.To}", context.GuardBound, async c =>
            {
                await context.Live.Ssh.UploadAsync(source, step.To, step.Mode?.Bits, context.Bound, c);
                return true;
            }, cancellation);
        }
        finally
        {
            if (step.From is null)
                File.Delete(source);
        }

        return null;
    }

    public static async Task<string?> DownloadAsync(DownloadStep step, StepContext context, CancellationToken cancellation)
    {
        var folder = Path.Combine(context.Folder, context.Live.Name);
        Directory.CreateDirectory(folder);
        var target = Path.Combine(folder, step.To ?? Path.GetFileName(step.From));
        await context.Live.Machine.GuardAsync($"the download of {step.From}", context.GuardBound, async c =>
        {
            await context.Live.Ssh.DownloadAsync(step.From, target, context.Bound, c);
            return true;
        }, cancellation);
        return $"{new FileInfo(target).Length} bytes to {target}";
    }
}
