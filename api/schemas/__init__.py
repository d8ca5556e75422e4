"""What goes over the wire, a file for each noun: the API's requests and answers, for the service and for its client."""
