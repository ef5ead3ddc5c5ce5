Console.Error.WriteLine("ReserveConnect.Benchmarks: nothing to run yet");
return 1;
