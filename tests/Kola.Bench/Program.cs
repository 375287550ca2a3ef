using Kola.Bench;

return await BenchCommand.InvokeAsync(args);
