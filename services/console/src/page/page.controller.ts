import { Controller, Get, Header } from '@nestjs/common';
import { Public } from '../access/public.decorator.js';
import { pageFiles } from './page.files.js';

/** The operators' page: a shell without data, which asks for a key and then reads what the other handlers give. */
@Public()
@Controller()
export class PageController {
  @Get()
  @Header('content-type', pageFiles.page.type)
  page(): string {
    return pageFiles.page.content;
  }

  @Get('console.js')
  @Header('content-type', pageFiles.script.type)
  script(): string {
    return pageFiles.script.content;
  }

  @Get('console.css')
  @Header('content-type', pageFiles.style.type)
  style(): string {
    return pageFiles.style.content;
  }
}
